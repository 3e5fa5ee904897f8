/** The beginning of a text whose length a client chose, for messages and the log. */
export const cut = (text: string, most = 256): string =>
  text.length <= most ? text : `${text.slice(0, most).toWellFormed()}… (${text.length} characters)`;
