/** The size of the slow suites: `TEST_SIZE=full npm run test:slow` repeats and loads more, for hours; CI runs the small size. */
export const isFull = process.env.TEST_SIZE === 'full'
