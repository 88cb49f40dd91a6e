/** The ConfigMap in which a cluster with Konflux says what it has, to every namespace. */
export const clusterConfig = { namespace: 'konflux-info', name: 'cluster-config' } as const;
