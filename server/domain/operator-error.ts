/** An error that an operator can fix. The message says what is wrong and what to do; it is printed without a stack. */
export class OperatorError extends Error {}
