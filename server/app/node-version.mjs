import { existsSync } from 'node:fs'

// Loaded before everything else, and plain JavaScript: an older Node cannot read TypeScript and could not name the reason.
// `shouldUpgradeCallback` of node:http came with 24.9.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 9)) {
  process.stderr.write(
    `Longrun needs Node 24.9 or newer, and this is ${process.version}. Start it by npm (npm start): npm ci installs a newer Node as an optional dependency, which the npm scripts use.\n`,
  )
  process.exit(1)
}

const [, script = ''] = process.argv
if (!existsSync(script)) {
  process.stderr.write(
    `${script} is missing. Run npm run build (npm ci does so unless it ignores scripts), or copy dist/ from a release.\n`,
  )
  process.exit(1)
}
