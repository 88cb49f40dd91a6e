/** The rooms of a folder from the ground up, with those that each imports: all of them stand before it. */
export type Floors = Readonly<Record<string, readonly string[]>>;
