/** Documented: "CreateSecurityGroup", GroupDescription: up to 255 of these characters. */
const MOST_CHARACTERS = 255;
const OTHER_CHARACTERS = /[^a-zA-Z0-9. _:/()#,@[\]+=&;{}!$*-]/g;

/** The description of a security group or of its rule that names a construct's path, whatever is in it. */
export function groupDescription(text: string): string {
  return text.replace(OTHER_CHARACTERS, '-').slice(0, MOST_CHARACTERS);
}
