/** Another run has finished the part that this one was about to run; this one is rolled back. */
export class DoneAlready extends Error {}
