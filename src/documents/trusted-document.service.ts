import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { unauthenticated } from '../access/access-errors.js';
import type { ApiTokenService } from '../access/api-token.service.js';
import type { AuditTrail } from '../audit/audit-trail.service.js';
import type { RequestContext } from '../platform/context.js';
import { AppError, badInput, notFound } from '../platform/errors.js';
import { pageSize } from '../platform/page.js';
import { checkDocument } from './document-check.js';
import type { TrustedDocument } from './trusted-document.entity.js';
import {
  type AskedDocument,
  checkedHashes,
  hashIn,
  MOST_A_CALL,
  MOST_A_PARTNER,
  sha256Of,
  textIn,
  textsByHash,
} from './trusted-document.rules.js';
import type { TrustedDocumentStore } from './trusted-document.store.js';

const PARTNERS_KEPT = 2_000;
/** For so long a list is taken for what is stored: within two seconds every process sees a change. */
const LISTS_KEPT_MS = 1_500;
const MOST_TEXT_KEPT = 8 * 1024 * 1024;
/** Those that register at the same moment may go beyond the bound together. */
const MOST_READ = MOST_A_PARTNER + 10 * MOST_A_CALL;
const NONE: ReadonlySet<string> = new Set();

/** The documents that API tokens may run: by name of their partner, which a rotated token keeps. */
export class TrustedDocumentService {
  private readonly lists: LRUCache<string, ReadonlySet<string>, RequestContext>;
  private readonly texts = new LRUCache<string, string>({
    maxSize: MOST_TEXT_KEPT,
    sizeCalculation: (text) => text.length + 1,
  });

  constructor(
    private readonly store: TrustedDocumentStore,
    private readonly partners: Pick<ApiTokenService, 'partnerNamed'>,
    private readonly audit: Pick<AuditTrail, 'refused'>,
  ) {
    this.lists = new LRUCache({
      max: PARTNERS_KEPT,
      ttl: LISTS_KEPT_MS,
      fetchMethod: async (_key, _stale, { context }) =>
        new Set(await this.store.hashesOf(context, partnerOf(context), MOST_READ)),
      ignoreFetchAbort: true,
    });
  }

  /** Registers documents for a partner, given by name or by the id of one of its tokens. */
  async register(
    ctx: RequestContext,
    schema: GraphQLSchema,
    partner: string,
    documents: readonly string[],
  ): Promise<TrustedDocument[]> {
    const texts = textsByHash(documents);
    documents.forEach((text, n) => {
      checkDocument(schema, text, `documents[${n}]`);
    });
    const name = await this.nameOf(ctx, partner);
    const known = new Set(await this.store.hashesOf(ctx, name, MOST_READ));
    const fresh = [...texts].filter(([sha256]) => !known.has(sha256));
    if (known.size + fresh.length > MOST_A_PARTNER)
      throw badInput('documents', `would make more than ${MOST_A_PARTNER} for this partner; it has ${known.size}`);
    const registeredAt = ctx.now();
    const made = fresh.map(([sha256, text]) => ({ partner: name, sha256, text, registeredAt }));
    if (made.length > 0) await this.store.insert(ctx, made);
    this.lists.delete(keyOfPartner(ctx.tenantId, name));
    return this.store.find(
      ctx,
      [...texts.keys()].map((sha256) => ({ partner: name, sha256 })),
    );
  }

  /** Takes documents away from a partner; returns how many there were. */
  async remove(ctx: RequestContext, partner: string, hashes: readonly string[]): Promise<number> {
    const checked = checkedHashes(hashes);
    const name = await this.nameOf(ctx, partner);
    const names = checked.map((sha256) => ({ partner: name, sha256 }));
    const removed = await this.store.remove(ctx, names);
    this.lists.delete(keyOfPartner(ctx.tenantId, name));
    return removed;
  }

  /** A partner's documents in the order of their hashes. */
  async list(ctx: RequestContext, partner: string, first: number, after: string): Promise<TrustedDocument[]> {
    return this.store.list(ctx, await this.nameOf(ctx, partner), after, pageSize(first));
  }

  /** Whether a caller may run a text: an API token, where its tenant says so, what is registered for it alone. */
  mayRun(ctx: RequestContext, text: string): boolean | Promise<boolean> {
    return !isBound(ctx) || this.isRegistered(ctx, sha256Of(text));
  }

  /**
   * The text that a request is to run: its own, or the one registered under the hash that it names; undefined where it
   * brings neither. DOCUMENT_NOT_TRUSTED where it may not run it, or nothing is registered.
   */
  async textFor(ctx: RequestContext | undefined, asked: AskedDocument): Promise<string | undefined> {
    const [text, hash] = [textIn(asked), hashIn(asked)];
    if (hash !== undefined) return this.textOfHash(ctx, hash, text);
    return !ctx || text === undefined || (await this.mayRun(ctx, text)) ? text : this.refuse(ctx);
  }

  private async textOfHash(ctx: RequestContext | undefined, hash: string, text: string | undefined): Promise<string> {
    if (!ctx) throw unauthenticated();
    if (text === undefined) return (await this.registered(ctx, hash)) ?? this.refuse(ctx);
    if (sha256Of(text) !== hash)
      throw badInput('extensions.persistedQuery.sha256Hash', 'must be the hash of the query, where there is one');
    return (await this.mayRun(ctx, text)) ? text : this.refuse(ctx);
  }

  private async registered(ctx: RequestContext, sha256: string): Promise<string | undefined> {
    if (ctx.principal.kind !== 'API_TOKEN' || !(await this.isRegistered(ctx, sha256))) return undefined;
    const known = this.texts.get(sha256); // whoever registered it: the hash is of this text alone
    if (known !== undefined) return known;
    const [found] = await this.store.find(ctx, [{ partner: partnerOf(ctx), sha256 }]);
    if (found) this.texts.set(sha256, found.text);
    return found?.text;
  }

  private async isRegistered(ctx: RequestContext, sha256: string): Promise<boolean> {
    const key = keyOfPartner(ctx.tenantId, partnerOf(ctx));
    return ((await this.lists.fetch(key, { context: ctx })) ?? NONE).has(sha256);
  }

  private async refuse(ctx: RequestContext): Promise<never> {
    await this.audit.refused(ctx, ctx.principal, 'runDocument', 'DOCUMENT_NOT_TRUSTED');
    throw new AppError(
      'DOCUMENT_NOT_TRUSTED',
      'The document is not one that is registered for this token; registerTrustedDocuments adds it.',
    );
  }

  private async nameOf(ctx: RequestContext, partner: string): Promise<string> {
    const name = await this.partners.partnerNamed(ctx, partner);
    if (name === undefined) throw notFound('The partner');
    return name;
  }
}

function isBound({ principal, settings }: RequestContext): boolean {
  return settings.trustedDocumentsOnly && principal.kind === 'API_TOKEN';
}

function partnerOf({ principal }: RequestContext): string {
  return principal.name ?? principal.subject;
}

/** No tenant's id holds a colon. */
function keyOfPartner(tenantId: string, partner: string): string {
  return `${tenantId}:${partner}`;
}
