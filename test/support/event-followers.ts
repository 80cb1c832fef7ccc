import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ApolloClient, InMemoryCache } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { subscriptionExchange, Client as UrqlClient } from '@urql/core';
import { print } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { EventIngestedDocument, type EventIngestedSubscription } from '../../schema/generated/operations.js';
import type { PythonClients } from './python-clients.js';

/** What is followed, and by whom. */
export interface Following {
  readonly url: string;
  readonly token: string;
  readonly after: string | null;
}

/** Is told of each message, or of what ended the subscription. */
export interface EventSink {
  take(message: EventIngestedSubscription): void;
  fail(fault: unknown): void;
}

/** Follows `eventIngested` with some client library; the returned function ends it. */
export type FollowEvents = (following: Following, sink: EventSink) => () => void;

function socketOf({ url, token }: Following): Client {
  return createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
}

/** By Apollo Client, over its link for graphql-ws. The link looks for a global WebSocket, which Node has from 22 on. */
export const byApollo: FollowEvents = (following, sink) => {
  Object.assign(globalThis, { WebSocket });
  const socket = socketOf(following);
  const client = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
  const { after } = following;
  client.subscribe({ query: EventIngestedDocument, variables: { after } }).subscribe(({ data, error }) => {
    if (error) sink.fail(error);
    else if (data) sink.take(data as EventIngestedSubscription);
  });
  return () => void socket.dispose();
};

/** By urql, whose subscriptions go to graphql-ws. */
export const byUrql: FollowEvents = (following, sink) => {
  const socket = socketOf(following);
  const exchange = subscriptionExchange({
    forwardSubscription: ({ query = '', variables }) => ({
      subscribe: (observer) => ({
        unsubscribe: socket.subscribe({ query, variables: variables as Record<string, unknown> }, observer as never),
      }),
    }),
  });
  const client = new UrqlClient({ url: following.url, exchanges: [exchange], preferGetMethod: false });
  const { after } = following;
  client.subscription(EventIngestedDocument, { after }).subscribe(({ data, error }) => {
    if (error) sink.fail(error);
    else if (data) sink.take(data);
  });
  return () => void socket.dispose();
};

/** By graphql-ws itself. */
export const byGraphqlWs: FollowEvents = (following, sink) => {
  const socket = socketOf(following);
  const { after } = following;
  const query = print(EventIngestedDocument);
  socket.subscribe<EventIngestedSubscription>(
    { query, variables: { after } },
    {
      next: ({ data }) => data && sink.take(data),
      error: (fault) => sink.fail(fault),
      complete: () => undefined,
    },
  );
  return () => void socket.dispose();
};

/** By gql for Python. */
export const byPython =
  (python: PythonClients): FollowEvents =>
  ({ url, token, after }, sink) => {
    const child = spawn(python.program, [python.script('graphql_socket.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(JSON.stringify({ url, token, document: print(EventIngestedDocument), variables: { after } }));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { message, fault } = JSON.parse(line) as { message?: EventIngestedSubscription; fault?: string };
      if (message) sink.take(message);
      else sink.fail(fault);
    });
    return () => void child.kill();
  };
