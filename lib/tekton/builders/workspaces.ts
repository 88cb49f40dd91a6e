import type * as api from '../objects/api.gen.ts';

export interface Workspace extends Omit<api.WorkspaceDeclaration, 'name'> {
  readonly description: string;
}
export type Workspaces = Readonly<Record<string, Workspace>>;

/** Names of the workspaces that must be bound. */
export type RequiredWorkspace<W extends Workspaces> = {
  [K in keyof W]: W[K] extends { readonly optional: true } ? never : K;
}[keyof W];

/** A `B` for each workspace; the field itself may be left out where none of them must be bound. */
export type WorkspacesField<W extends Workspaces, B> = [RequiredWorkspace<W>] extends [never]
  ? { readonly workspaces?: PerWorkspace<W, B> }
  : { readonly workspaces: PerWorkspace<W, B> };

/** A `T` for each workspace, absent at most for an optional one. */
export type PerWorkspace<W extends Workspaces, T> = {
  readonly [K in RequiredWorkspace<W>]: T;
} & { readonly [K in Exclude<keyof W, RequiredWorkspace<W>>]?: T | undefined };

/** Where a step finds each workspace. */
export type WorkspacePaths<W extends Workspaces> = PerWorkspace<W, string>;
