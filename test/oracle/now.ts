/** The gateway's clock in the oracle: noon in Copenhagen, in summer. */
export const NOW = Date.parse('2040-07-01T10:00:00.000Z')
