/** The OpenAPI document of the service, from which the forms are made. */
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { baseUrl } from './address.ts'
import type { Contract } from './contract-types.ts'

export function useContract(): UseQueryResult<Contract> {
  return useQuery({
    queryKey: ['contract'],
    queryFn: async ({ signal }) => {
      const response = await fetch(`${baseUrl}/openapi.json`, { signal })
      if (!response.ok) throw new Error(`The contract could not be read: HTTP ${response.status}.`)
      return (await response.json()) as Contract
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
}
