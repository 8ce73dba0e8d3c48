/**
 * How long a peer works before it is measured for the first time. V8 goes on optimising a server that is new for half a minute
 * (after three seconds it takes a third of the gateway's processor time, by `perf`), and who has more code pays more of it.
 */
export const RUN_IN_SECONDS = 20
