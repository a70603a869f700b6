/** A file of the bundle that the tests start executors and threads from, which takes a tenth of the time that sources take. */
export const bundled = (name: string) => new URL(`../../dist/test/${name}.js`, import.meta.url)
