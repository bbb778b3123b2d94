/** The launcher: a model server as one process, on Undertow. */
@NullMarked
package io.github.vertexj.undertow;

import org.jspecify.annotations.NullMarked;
