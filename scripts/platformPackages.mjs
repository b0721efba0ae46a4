/**
 * `npm ci` refuses a lock file in which an optional dependency is missing, and some ship one package for each system
 * (@swc/core, oxlint, ...). A registry mirror that does not have those of other systems makes npm write such a lock file.
 * Their versions are exact in the package that wants them, and their names say for which system they are.
 */
const systems = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'win32',
  windows: 'win32',
  android: 'android',
  freebsd: 'freebsd',
  openharmony: 'openharmony',
};
const processors = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64'];

/** The entries that `packages` of a lock file lacks, by path. */
export const missingPlatformPackages = (packages) => {
  const missing = {};
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isLocked(packages, path, name)) continue;
      const words = name.split(/[/_-]/);
      const system = words.find((word) => Object.hasOwn(systems, word));
      const processor = words.find((word) => processors.includes(word));
      const libc = words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined;
      missing[`node_modules/${name}`] = {
        version,
        ...(processor && { cpu: [processor] }),
        ...(dev && { dev }),
        ...(libc && { libc: [libc] }),
        optional: true,
        ...(system && { os: [systems[system]] }),
      };
    }
  }
  return missing;
};

/** Node's rule: the nearest node_modules on the way up. */
const isLocked = (packages, path, name) => {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    if (packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
  }
};
