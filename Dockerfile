# An image of the service for one role or both. It needs DATABASE_URL: the embedded PostgreSQL is not part of it. See docs/deploy.md.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
COPY client/package.json ./client/
# The bundles in dist/ hold everything else.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node /data
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE NOTICE ./
COPY data ./data
COPY generated/openapi.json ./generated/
COPY generated/dialects ./generated/dialects
COPY server/app/node-version.mjs ./server/app/
COPY server/database/migrations ./server/database/migrations
COPY server/database/functions ./server/database/functions
# METRICS_PORT also serves the probes of a worker. Do not publish it.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 METRICS_PORT=9464 DATA_DIR=/data
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 8080 9464
HEALTHCHECK --interval=10s --timeout=5s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.METRICS_PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# As the first process, Node would not reap the children of killed executors.
ENTRYPOINT ["tini", "--"]
CMD ["node", "--import", "./server/app/node-version.mjs", "dist/server/main.js"]
