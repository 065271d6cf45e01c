/** Text in HTML that is XML, too. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export const NO_DATA = '<p class="none">no data</p>';
