import { defineConfig } from 'vite'

/** React is Preact here, as in `client/react`, which works with both. */
const react = 'preact/compat'

export default defineConfig({
  root: import.meta.dirname,
  // The page is served at /console, and its files below it. The service adds the path of its public address.
  base: '/console/',
  resolve: {
    alias: {
      'react-dom/client': `${react}/client`,
      'react-dom': react,
      'react/jsx-runtime': 'preact/jsx-runtime',
      react,
    },
  },
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    assetsDir: '',
    // One style sheet, and modules that import others by relative paths: nothing in them depends on the path of the page.
    cssCodeSplit: false,
    modulePreload: false,
    target: 'es2022',
    license: { fileName: 'LICENSES.md' },
    // `'use client'` tells servers that render something; there is none.
    rolldownOptions: { onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log) },
  },
})
