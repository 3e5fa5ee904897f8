# syntax=docker/dockerfile:1
# The Berth server, and the `berth` command. Build: docker build --tag berth:0.1.0 .
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# The image has Node 24 already, and no dependency needs its install script: native modules come built.
RUN npm ci --ignore-scripts --loglevel=error
COPY nest-cli.json tsconfig.json tsconfig.build.json .swcrc ./
COPY src src
RUN npx nest build && npm prune --omit=dev --ignore-scripts --loglevel=error

FROM node:24-bookworm-slim
# libvirt0 is the client library, with its TLS and SSH transports; tini passes signals on and reaps children.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates libvirt0 tini \
  && rm -rf /var/lib/apt/lists/* \
  && groupadd --gid 10001 berth \
  && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/berth --shell /usr/sbin/nologin berth \
  && install --directory --owner berth --group berth --mode 0700 /var/lib/berth
WORKDIR /opt/berth
COPY --from=build /src/node_modules node_modules
COPY --from=build /src/dist dist
COPY package.json LICENSE ./
COPY descriptors descriptors
COPY fleets fleets
RUN chmod 0755 dist/cli/berth.js && ln -s /opt/berth/dist/cli/berth.js /usr/local/bin/berth
USER 10001:10001
ENV NODE_ENV=production HOME=/var/lib/berth BERTH_DATA_DIR=/var/lib/berth
VOLUME /var/lib/berth
EXPOSE 9641
# Over HTTP or TLS, whichever is configured; who asks for a client certificate is alive.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "-e", "const ask = (over, more) => new Promise((told) => over.get({ host: '127.0.0.1', port: 9641, path: '/healthz', ...more }, (answer) => told(answer.statusCode === 200)).on('error', (error) => told(/certificate.required/i.test(error.code + error.message)))); (async () => process.exit((await ask(require('http'))) || (await ask(require('https'), { rejectUnauthorized: false })) ? 0 : 1))()"]
ENTRYPOINT ["tini", "--", "node", "/opt/berth/dist/main.js"]
# Refused without TLS, unless BERTH_INSECURE_LISTEN=true says that the network is the operator's own (docs/tls-and-proxies.md).
CMD ["--listen", "0.0.0.0:9641"]
