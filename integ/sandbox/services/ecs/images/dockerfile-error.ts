/** What a Dockerfile asks for and cannot be done faithfully here: `Dockerfile line 7: RUN apt-get …: <reason>`. */
export class DockerfileError extends Error {
  public override readonly name = 'DockerfileError';
  constructor(file: string, line: number, instruction: string, reason: string) {
    super(`${file} line ${line}: ${instruction}: ${reason}`);
  }
}
