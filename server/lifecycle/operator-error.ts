/** Something that an operator can mend: the message says what is wrong and how, and is shown without a stack. */
export class OperatorError extends Error {}
