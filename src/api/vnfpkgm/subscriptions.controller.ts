/**
 * Subscriptions to packages (SOL003 clauses 10.4.7 and 10.4.8, SOL005 clauses 9.4.8 and 9.4.9).
 */
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { subscriptionId } from '../../shared/ids.js';
import type { SubscriptionRecords } from '../../store/subscriptions.js';
import type { Subscription } from '../../subscription/model.js';
import type { SubscriptionCommands, SubscriptionWish } from '../../workflow/commands.js';
import { checked } from '../http/check-body.js';
import { Describe } from '../http/describe.js';
import { expectOk, found } from '../http/problem-error.js';
import { RequestUris, type Uris } from '../http/uris.js';
import { OPTIONS, STORE, SUBSCRIPTIONS, type ApiOptions } from '../ports.js';
import { plain } from '../schemas/plain.js';
import { answerCollection, type Collection } from '../sol013/collection.js';
import { keyOfMoment, momentIn } from '../sol013/paging.js';
import { pkgmSubscription, pkgmSubscriptionRequest } from './subscription-schemas.js';
import type { Caller, ForCaller } from '../../shared/caller.js';
import { From } from '../http/from.js';

type Request = Pick<SubscriptionWish, 'filter' | 'callbackUri' | 'authentication'>;
type Resource = Static<typeof pkgmSubscription>;
const request = checked<Request, typeof pkgmSubscriptionRequest>(pkgmSubscriptionRequest);

const subscriptionsCollection: Collection<Subscription> = {
  schema: plain(pkgmSubscription),
  dropped: [],
  costly: [],
  keyOf: ({ createdAtMs, id }) => keyOfMoment(createdAtMs, id),
};

@ApiTags('vnfpkgm')
@Controller(['vnfpkgm/v2/subscriptions', 'vnfpkgm/v1/subscriptions'])
export class PackageSubscriptionsController {
  constructor(
    @Inject(STORE) private readonly store: ForCaller<Pick<SubscriptionRecords, 'subscription' | 'subscriptionPage'>>,
    @Inject(SUBSCRIPTIONS) private readonly subscriptions: ForCaller<SubscriptionCommands>,
    @Inject(OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Post()
  @Describe({
    role: 'operator',
    summary: 'Subscribe; the callback is tested first (303: the same subscription is there)',
    status: 201,
    body: pkgmSubscription,
  })
  async create(
    @From() caller: Caller,
    @Body({ schema: request }) body: Request,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Resource | undefined> {
    const { apiRoot, apiVersion } = uris.packages;
    const wish = { ...body, api: 'vnfpkgm', apiRoot, apiVersion } as const;
    const { subscription, isNew } = expectOk(await this.subscriptions.for(caller).create(wish));
    reply.header('location', uris.packages.subscription(subscription.id));
    if (isNew) return render(subscription, uris);
    void reply.code(303);
    return undefined;
  }

  @Get()
  @Describe({
    role: 'viewer',
    summary: 'Query subscriptions',
    status: 200,
    body: Type.Array(pkgmSubscription),
    collection: true,
  })
  async list(
    @From() caller: Caller,
    @Req() asked: FastifyRequest,
    @RequestUris() uris: Uris,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<readonly unknown[]> {
    return answerCollection(asked, reply, subscriptionsCollection, {
      read: (after, limit) =>
        this.store
          .for(caller)
          .subscriptionPage('vnfpkgm', { ...(after !== undefined && { after: momentIn(after) }), limit }),
      render: (each) => render(each, uris),
      pageSize: this.options.pageSize,
    });
  }

  @Get(':subscriptionId')
  @Describe({ role: 'viewer', summary: 'Read a subscription', status: 200, body: pkgmSubscription })
  async read(
    @From() caller: Caller,
    @Param('subscriptionId') id: string,
    @RequestUris() uris: Uris,
  ): Promise<Resource> {
    return render(
      found(await this.store.for(caller).subscription('vnfpkgm', subscriptionId(id)), 'subscription', id),
      uris,
    );
  }

  @Delete(':subscriptionId')
  @HttpCode(204)
  @Describe({
    role: 'operator',
    summary: 'Unsubscribe; what was not delivered yet is not delivered any more',
    status: 204,
  })
  async delete(@From() caller: Caller, @Param('subscriptionId') id: string): Promise<void> {
    expectOk(await this.subscriptions.for(caller).delete('vnfpkgm', subscriptionId(id)));
  }
}

/** Without `authentication`: secrets go in and never come out. */
const render = ({ id, filter, callbackUri }: Subscription, uris: Uris) => ({
  id,
  ...(filter && { filter }),
  callbackUri,
  _links: { self: { href: uris.packages.subscription(id) } },
});
