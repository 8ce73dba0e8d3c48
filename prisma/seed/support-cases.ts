/** A conversation as customers have it: what it is about, and messages in turn, the customer first. */
export interface SupportCase {
  readonly subject: string
  readonly tags: readonly string[]
  readonly messages: readonly string[]
}

export const SUPPORT_CASES: readonly SupportCase[] = [
  {
    subject: 'Kan ikke sende e-faktura til kommunen',
    tags: ['faktura', 'nemhandel'],
    messages: [
      'Hej. Jeg forsøger at sende en e-faktura til kommunen, men får besked om, at EAN-nummeret ikke findes.',
      'Hej. Tak for beskeden. Kommunen har skiftet EAN-nummer i sommer. Prøv igen med det nye, så skulle den gå igennem.',
      'Det virkede. Mange tak for hjælpen!',
    ],
  },
  {
    subject: 'Momsangivelsen stemmer ikke',
    tags: ['moms'],
    messages: [
      'Vores momsangivelse for kvartalet viser mindre købsmoms, end jeg selv kommer frem til.',
      'Tre bilag er bogført uden momskode. Du finder dem under Posteringer, når du filtrerer på tom momskode.',
      'Nu passer det på kronen.',
      'Godt at høre. Jeg lukker sagen, men skriv endelig igen.',
    ],
  },
  {
    subject: 'Glemt adgangskode',
    tags: ['adgang'],
    messages: [
      'Jeg kan ikke logge ind efter min ferie.',
      'Jeg har sendt et link til den e-mail, der står på din profil. Det virker i en time.',
    ],
  },
  {
    subject: 'Ønsker henstand med betaling',
    tags: ['betaling'],
    messages: [
      'Jeg har været syg og kan ikke betale den seneste faktura til tiden. Er der en mulighed for at vente?',
      'Det er jeg ked af at høre. Jeg har sat rykkere i bero i 60 dage. Skriv, hvis du har brug for en aftale om afdrag.',
      'Tusind tak, det letter meget.',
    ],
  },
  {
    subject: 'Banken er holdt op med at hente posteringer',
    tags: ['bank', 'integration'],
    messages: [
      'Der er ikke kommet nye posteringer fra banken siden i mandags.',
      'Dit samtykke til banken er udløbet. Forny det under Indstillinger, Bank, så hentes dagene bagud.',
      'Ok, det er gjort.',
    ],
  },
  {
    subject: 'Forkert skattekort på en lønseddel',
    tags: ['løn'],
    messages: [
      'En medarbejder er trukket 55 % i skat denne måned. Hvad går der galt?',
      'eSkattekortet var ikke hentet, da lønnen blev kørt. Kør en regulering, så rettes det ved næste udbetaling.',
    ],
  },
  {
    subject: 'Vil gerne opsige abonnementet',
    tags: ['abonnement', 'opsigelse'],
    messages: [
      'Jeg lukker virksomheden ved årets udgang og vil gerne opsige.',
      'Det er noteret til den sidste i måneden. Regnskabet kan hentes herefter; husk, at det skal gemmes i fem år.',
    ],
  },
  {
    subject: 'Hvordan laver jeg en kreditnota?',
    tags: ['faktura'],
    messages: [
      'En kunde har sendt varer retur. Hvordan krediterer jeg kun den ene linje?',
      'Åbn fakturaen, vælg Krediter, og slet de linjer, der ikke skal med. Beløbet følger selv med over i bogholderiet.',
      'Super, tak.',
    ],
  },
  {
    subject: 'Bilag bliver læst forkert',
    tags: ['bilag'],
    messages: [
      'Kvitteringer fra tankstationen bliver læst med det forkerte beløb.',
      'Tak, vi kan se det samme her. Vi retter det i næste version; indtil da må du skrive beløbet selv.',
    ],
  },
  {
    subject: 'Indsigt i egne data',
    tags: ['persondata'],
    messages: [
      'Jeg vil gerne have en kopi af de oplysninger, I har om mig.',
      'Vi har modtaget din anmodning og svarer inden for en måned.',
    ],
  },
]
