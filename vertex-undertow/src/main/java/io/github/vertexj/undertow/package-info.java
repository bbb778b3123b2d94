/** The launcher: a prediction handler served over HTTP by Undertow. */
@NullMarked
package io.github.vertexj.undertow;

import org.jspecify.annotations.NullMarked;
