/** Dynamic micro-batching: the instances of many requests share the calls of few predictors. */
@NullMarked
package io.github.vertexj.batch;

import org.jspecify.annotations.NullMarked;
