/** The name of a wait, as in the contract: camelCase. */
const form = /^[a-z][A-Za-z0-9]{0,62}$/

/** Whether a wait can have this name. Any other text is an unknown name. */
export function isWaitName(text: string): boolean {
  return form.test(text)
}
