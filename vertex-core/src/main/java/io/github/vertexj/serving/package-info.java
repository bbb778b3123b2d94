/** The path of a prediction from a request's head and body to its reply; what an adapter holds. */
@NullMarked
package io.github.vertexj.serving;

import org.jspecify.annotations.NullMarked;
