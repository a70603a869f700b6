import type { InputOf } from '../../../generated/operations.ts'
import type { VendorName } from '../define.ts'

type Input = InputOf['screenCandidate']

export type CheckName = NonNullable<Input['checks']>[number]

/** A check by one vendor. Its wait has the name of the vendor, and its phase that of the check. */
export type Check = {
  step: `check${'Identity' | 'CriminalRecords' | 'Employment' | 'Education'}`
  vendor: Extract<VendorName, 'identity' | 'criminalRecords' | 'employment' | 'education'>
  /** What the phase shows. */
  message: string
  /** The part of the input that the vendor needs, and no more. */
  data(input: Input): Record<string, unknown>
  package(input: Input): string | undefined
}

export const checks: { [Name in CheckName]: Check } = {
  IDENTITY: {
    step: 'checkIdentity',
    vendor: 'identity',
    message: 'Checking the identity',
    data: ({ candidate }) => ({ candidate }),
    package: ({ identityPackage }) => identityPackage,
  },
  CRIMINAL_RECORDS: {
    step: 'checkCriminalRecords',
    vendor: 'criminalRecords',
    message: 'Checking the criminal records',
    data: ({ candidate: { name, birthDate, nationalId } }) => ({ candidate: { name, birthDate, nationalId } }),
    package: ({ criminalRecordsPackage }) => criminalRecordsPackage,
  },
  EMPLOYMENT: {
    step: 'checkEmployment',
    vendor: 'employment',
    message: 'Checking the employment',
    data: ({ candidate: { name, birthDate }, employment = [] }) => ({ candidate: { name, birthDate }, employment }),
    package: ({ employmentPackage }) => employmentPackage,
  },
  EDUCATION: {
    step: 'checkEducation',
    vendor: 'education',
    message: 'Checking the education',
    data: ({ candidate: { name, birthDate }, education = [] }) => ({ candidate: { name, birthDate }, education }),
    package: ({ educationPackage }) => educationPackage,
  },
}

/** The checks to make, in the order of the phases. Without a choice: those for which the input has data. */
export function checksOf({ checks: chosen, employment = [], education = [] }: Input): CheckName[] {
  const isDefault: Record<CheckName, boolean> = {
    IDENTITY: true,
    CRIMINAL_RECORDS: true,
    EMPLOYMENT: employment.length > 0,
    EDUCATION: education.length > 0,
  }
  const names = Object.keys(checks) as CheckName[]
  return names.filter((name) => (chosen ? chosen.includes(name) : isDefault[name]))
}
