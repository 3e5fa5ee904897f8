/**
 * The subscriptions of an interface (SOL013 clause 8.3.4): the same resources under each, with a filter of its own. An
 * interface says where they are and what its requests and resources look like; all else is here.
 */
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Req,
  Res,
  type Type as Class,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type, type TObject, type TSchema } from 'typebox';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { subscriptionId } from '../../shared/ids.js';
import type { MomentKey, PageAfter } from '../../store/page.js';
import type { SubscriptionRecords } from '../../store/subscriptions.js';
import type { FilterOf, NotifyingApi, NotifyingInterfaces } from '../../subscription/interfaces.js';
import type { Subscription, SubscriptionTo } from '../../subscription/model.js';
import type { Subscribing, SubscriptionCommands, SubscriptionWish } from '../../workflow/commands.js';
import type { checked } from '../http/check-body.js';
import { Describe } from '../http/describe.js';
import { ApiTags } from '../http/described.js';
import { From } from '../http/from.js';
import { expectOk, found } from '../http/problem-error.js';
import { RequestUris, type Uris } from '../http/uris.js';
import { OPTIONS, STORE, SUBSCRIPTIONS, type ApiOptions } from '../ports.js';
import { plain } from '../schemas/plain.js';
import { answerCollection, type Collection } from './collection.js';
import { keyOfMoment, momentIn } from './paging.js';

/** What a client asks for, beside what the interface has of its own. */
export interface SubscriptionRequest<Api extends NotifyingApi> extends Pick<
  SubscriptionWish,
  'callbackUri' | 'authentication'
> {
  readonly filter?: FilterOf<Api>;
}

export interface SubscriptionsOf<Api extends NotifyingApi, Request extends SubscriptionRequest<Api>> {
  readonly api: Api;
  /** Of the API page, and of the controller. */
  readonly tag: string;
  readonly name: string;
  readonly paths: string[];
  readonly request: ReturnType<typeof checked<Request, TSchema>>;
  readonly resource: TObject;
  /** What of the request is kept beside filter, callback and authentication. */
  readonly own: (request: Request) => NotifyingInterfaces[Api]['own'];
  /** The same of a subscription, as it is shown. */
  readonly shown: (subscription: SubscriptionTo<Api>) => object;
}

type Kept = Pick<SubscriptionRecords, 'subscription' | 'subscriptionPage'>;

const uriOf = (api: NotifyingApi, id: string, uris: Uris): string =>
  `${uris.notifying(api).apiRoot}/subscriptions/${id}`;

const collectionOf = (resource: TObject): Collection<Subscription> => ({
  schema: plain(resource),
  dropped: [],
  costly: [],
  keyOf: ({ createdAtMs, id }) => keyOfMoment(createdAtMs, id),
});

/** Without `authentication`: secrets go in and never come out. The store was asked for this interface's only. */
const renderBy =
  <Api extends NotifyingApi>({ api, shown }: Pick<SubscriptionsOf<Api, never>, 'api' | 'shown'>) =>
  (subscription: Subscription, uris: Uris) => ({
    id: subscription.id,
    ...(subscription.filter && { filter: subscription.filter }),
    callbackUri: subscription.callbackUri,
    ...shown(subscription as SubscriptionTo<Api>),
    _links: { self: { href: uriOf(api, subscription.id, uris) } },
  });

type Render = (subscription: Subscription, uris: Uris) => object;

/** The one that was there is answered by where it is. */
const createdBy =
  (api: NotifyingApi, render: Render) =>
  ({ subscription, isNew }: Subscribing, uris: Uris, reply: FastifyReply): object | undefined => {
    reply.header('location', uriOf(api, subscription.id, uris));
    if (isNew) return render(subscription, uris);
    void reply.code(303);
    return undefined;
  };

const wishBy =
  <Api extends NotifyingApi, Request extends SubscriptionRequest<Api>>({ api, own }: SubscriptionsOf<Api, Request>) =>
  (body: Request, uris: Uris): SubscriptionWish => {
    const { callbackUri, filter, authentication } = body;
    return {
      ...own(body),
      ...{ api, callbackUri, ...uris.notifying(api) },
      ...(filter && { filter }),
      ...(authentication && { authentication }),
    } as SubscriptionWish;
  };

const descriptionsOf = (resource: TObject) => ({
  create: {
    role: 'operator' as const,
    summary: 'Subscribe; the callback is tested first (303: the same subscription is there)',
    ...{ status: 201, body: resource },
  },
  list: {
    role: 'viewer' as const,
    summary: 'Query subscriptions',
    ...{ status: 200, body: Type.Array(resource), collection: true },
  },
  read: { role: 'viewer' as const, summary: 'Read a subscription', status: 200, body: resource },
  delete: {
    role: 'operator' as const,
    summary: 'Unsubscribe; what was not delivered yet is not delivered any more',
    status: 204,
  },
});

const pageAfter = (after: string | undefined, limit: number): PageAfter<MomentKey> => ({
  ...(after !== undefined && { after: momentIn(after) }),
  limit,
});

const inPath = 'subscriptionId';

class Subscriptions {
  constructor(
    @Inject(STORE) protected readonly store: ForCaller<Kept>,
    @Inject(SUBSCRIPTIONS) protected readonly subscriptions: ForCaller<SubscriptionCommands>,
    @Inject(OPTIONS) protected readonly options: ApiOptions,
  ) {}
}

export function subscriptionsController<Api extends NotifyingApi, Request extends SubscriptionRequest<Api>>(
  of: SubscriptionsOf<Api, Request>,
): Class {
  const { api, request, resource } = of;
  const [collection, says] = [collectionOf(resource), descriptionsOf(resource)];
  const [render, wishOf] = [renderBy<Api>(of), wishBy<Api, Request>(of)];

  @ApiTags(of.tag)
  @Controller(of.paths)
  class SubscriptionsController extends Subscriptions {
    @Post()
    @Describe(says.create)
    async create(
      @From() caller: Caller,
      @Body({ schema: request }) body: Request,
      @RequestUris() uris: Uris,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object | undefined> {
      return createdBy(api, render)(
        expectOk(await this.subscriptions.for(caller).create(wishOf(body, uris))),
        uris,
        reply,
      );
    }

    @Get()
    @Describe(says.list)
    async list(
      @From() caller: Caller,
      @Req() asked: FastifyRequest,
      @RequestUris() uris: Uris,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<readonly unknown[]> {
      return answerCollection(asked, reply, collection, {
        read: (after, limit) => this.store.for(caller).subscriptionPage(api, pageAfter(after, limit)),
        render: (each) => render(each, uris),
        paging: this.options,
      });
    }

    @Get(`:${inPath}`)
    @Describe(says.read)
    async read(@From() caller: Caller, @Param(inPath) id: string, @RequestUris() uris: Uris): Promise<object> {
      const kept = await this.store.for(caller).subscription(api, subscriptionId(id));
      return render(found(kept, 'subscription', id), uris);
    }

    @Delete(`:${inPath}`)
    @HttpCode(204)
    @Describe(says.delete)
    async delete(@From() caller: Caller, @Param(inPath) id: string): Promise<void> {
      expectOk(await this.subscriptions.for(caller).delete(api, subscriptionId(id)));
    }
  }
  // By which the API page tells the operations of two interfaces apart.
  Object.defineProperty(SubscriptionsController, 'name', { value: of.name });
  return SubscriptionsController;
}
