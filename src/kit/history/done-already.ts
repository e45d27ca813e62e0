/** Another run has done the part that this one was about to do: whatever was begun here is rolled back. */
export class DoneAlready extends Error {}
