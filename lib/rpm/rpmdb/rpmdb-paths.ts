/** Where Fedora's images keep the database, the newest place first. */
export const rpmdbPaths = [
  'usr/lib/sysimage/rpm/rpmdb.sqlite',
  'usr/share/rpm/rpmdb.sqlite',
  'var/lib/rpm/rpmdb.sqlite',
] as const;
