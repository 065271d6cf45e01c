import { createServer } from 'node:http';

createServer(({ url }, response) => response.writeHead(200).end(`${process.env.GREETING}, ${url}`)).listen(8080);
