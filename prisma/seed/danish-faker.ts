import { base, da, Faker } from '@faker-js/faker'

const faker = new Faker({ locale: [da, base] })
const SEED = 20_261_122

/**
 * The faker at the start of a customer's own series of random values: what is generated for a customer depends on its
 * index, and not on who was generated before. Take the values of one customer before asking for the next.
 */
export function danishFaker(index: number): Faker {
  faker.seed([SEED, index])
  return faker
}

/** True in about `share` of all cases, from 0 to 1. */
export function chance(from: Faker, share: number): boolean {
  return from.number.float() < share
}
