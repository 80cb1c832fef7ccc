import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt from 'jsonwebtoken';

/** An identity provider with an RSA and an EC key, which also counts what else it is asked for. */
export class KeyProvider {
  readonly rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  readonly ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly issuer = 'https://login.example';
  readonly audience = 'tributary';
  /** Paths that were asked for, besides the key set. */
  readonly asked: string[] = [];
  private readonly server: Server;

  private constructor() {
    const keys = JSON.stringify({ keys: [jwk(this.rsa.publicKey, 'rsa'), jwk(this.ec.publicKey, 'ec')] });
    this.server = createServer(({ url = '' }, response) => {
      if (url !== '/keys') this.asked.push(url);
      response.writeHead(200, { 'content-type': 'application/json' }).end(keys);
    });
  }

  static async start(): Promise<KeyProvider> {
    const provider = new KeyProvider();
    await new Promise<void>((resolve) => provider.server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** A token signed by the RSA key, or by the EC key where the header says ES256. */
  sign(claims: object, header: Partial<jwt.JwtHeader> = {}): string {
    const algorithm = header.alg === 'ES256' ? 'ES256' : 'RS256';
    const [key, kid] = algorithm === 'ES256' ? [this.ec.privateKey, 'ec'] : [this.rsa.privateKey, 'rsa'];
    const payload = { iss: this.issuer, aud: this.audience, ...claims };
    return jwt.sign(defined(payload), key, { algorithm, header: { kid, ...header, alg: algorithm } });
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Claims without those that are undefined. */
export function defined(claims: object): object {
  return JSON.parse(JSON.stringify(claims)) as object;
}

function jwk(key: KeyObject, kid: string): object {
  return { ...key.export({ format: 'jwk' }), kid, use: 'sig' };
}
