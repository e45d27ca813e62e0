/** A URL as messages may show it. */

/** Without its password, wherever in the URL it stands; up to the last `@`, since an unescaped one may be part of it. */
export const shownUrl = (url: string): string => url.replace(/(:\/\/[^:@/]*):.*@/s, "$1:***@").replace(/([?&]password=)[^&]*/gi, "$1***");
