const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(
    `Longrun needs Node 24 or newer, and this is ${process.version}. Run npm ci without --ignore-scripts: it brings Node 24, which npm start then uses.\n`,
  )
  process.exit(1)
}

// Loaded only now: an older Node would stumble over the syntax before it could say why.
const { ConfigError, readConfig } = await import('./config.ts')
const { startService } = await import('./service.ts')

/** What an operator can act on is said in a sentence; anything else comes with its stack. */
function fail(error: unknown): never {
  const known =
    error instanceof ConfigError || (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
  process.stderr.write(
    `Longrun cannot start.\n${known ? error.message : error instanceof Error ? error.stack : error}\n`,
  )
  process.exit(1)
}

const service = await Promise.resolve()
  .then(() => startService(readConfig(process.env)))
  .catch(fail)

if (service.url) {
  process.stdout.write(`Longrun listens on ${service.url} (documentation: ${service.url}/docs)\n`)
} else {
  process.stdout.write('Longrun works, without the API.\n')
}
if (service.developmentKey?.made) {
  process.stdout.write(`Development key, kept in DATA_DIR/development-key: ${service.developmentKey.key}\n`)
}

let stopping = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return
    stopping = true
    process.stdout.write('Longrun is stopping.\n')
    service.close().then(() => process.exit(0), fail)
  })
}
