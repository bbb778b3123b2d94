/**
 * Typed calls to endpoints of custom models: {@link io.github.vertexj.client.Endpoints} is where to
 * begin.
 */
@NullMarked
package io.github.vertexj.client;

import org.jspecify.annotations.NullMarked;
