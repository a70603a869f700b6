// Loaded before everything else, and plain JavaScript: an older Node stumbles over TypeScript before it could say why.
const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(
    `Longrun needs Node 24 or newer, and this is ${process.version}. Run npm ci without --ignore-scripts: it brings Node 24, which the npm scripts then use.\n`,
  )
  process.exit(1)
}

// Before anything that it is for: a script that imports statically has loaded all of that by the time its first line runs.
await import('./driver-repairs.ts')
await import('./module-resolution.ts')
