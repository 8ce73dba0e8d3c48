export interface Trade {
  /** Danish industry code (DB07). */
  readonly code: string
  /** What stands after a family name in a company's name. */
  readonly word: string
  /** What stands before the owner's name in a sole proprietor's; mostly the same word. */
  readonly before: string
}

export const TRADES: readonly Trade[] = [
  { code: '432200', word: 'VVS', before: 'VVS-mester' },
  { code: '432100', word: 'El', before: 'Elinstallatør' },
  { code: '433200', word: 'Tømrer & Snedker', before: 'Tømrermester' },
  { code: '433410', word: 'Malerfirma', before: 'Malermester' },
  { code: '412000', word: 'Byg', before: 'Murermester' },
  { code: '813000', word: 'Haveservice', before: 'Anlægsgartner' },
  { code: '812100', word: 'Rengøring', before: 'Rengøring v/' },
  { code: '452010', word: 'Auto', before: 'Autoværksted v/' },
  { code: '477610', word: 'Blomster', before: 'Blomster v/' },
  { code: '477110', word: 'Tøj', before: 'Butik v/' },
  { code: '561010', word: 'Spisehus', before: 'Spisehus v/' },
  { code: '563000', word: 'Kaffebar', before: 'Café v/' },
  { code: '107120', word: 'Bageri', before: 'Bagermester' },
  { code: '960210', word: 'Frisør', before: 'Frisør' },
  { code: '869020', word: 'Fysioterapi', before: 'Fysioterapeut' },
  { code: '855100', word: 'Yoga', before: 'Yoga v/' },
  { code: '620100', word: 'Software', before: 'IT-konsulent' },
  { code: '702200', word: 'Rådgivning', before: 'Konsulent' },
  { code: '731110', word: 'Reklame', before: 'Tekstforfatter' },
  { code: '741020', word: 'Design', before: 'Grafiker' },
  { code: '742000', word: 'Foto', before: 'Fotograf' },
  { code: '711100', word: 'Arkitekter', before: 'Arkitekt' },
  { code: '494100', word: 'Transport', before: 'Vognmand' },
  { code: '016100', word: 'Maskinstation', before: 'Maskinstation v/' },
  { code: '011900', word: 'Gartneri', before: 'Gartner' },
  { code: '256200', word: 'Smede & Maskin', before: 'Smedemester' },
]

export const ACCOUNTING: Trade = { code: '692000', word: 'Revision & Bogføring', before: 'Bogholder' }
