# syntax=docker/dockerfile:1
# One file for every service: docker build --build-arg SERVICE=subgraphs/users .
# SERVICE is the folder of a workspace: gateway, identity, subgraphs/<name>, or packages/platform (the keys of docker-compose.yml).
ARG NODE_VERSION=24

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund \
 && node node_modules/typescript/bin/tsc -b packages/platform subgraphs/users subgraphs/products subgraphs/orders subgraphs/payments identity gateway

# What this one service needs at run time, and nothing else.
FROM build AS service
ARG SERVICE
RUN test -n "$SERVICE" || { echo 'Say which service: --build-arg SERVICE=subgraphs/users' >&2; exit 1; }
RUN --mount=type=cache,target=/root/.npm find . -name node_modules -type d -prune -exec rm -rf {} + \
 && npm ci --omit=dev --no-audit --no-fund --workspace "$SERVICE"

FROM node:${NODE_VERSION}-bookworm-slim
ARG SERVICE
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 SERVICE=${SERVICE}
RUN mkdir /keys && chown node:node /keys
COPY --from=service /app /app
USER node
# `exec`: the service itself gets the SIGTERM, and has its 30 seconds.
CMD ["sh", "-c", "exec node --enable-source-maps \"$SERVICE/dist/main.js\""]
