/** Tensors in JSON: nested numbers to and from memory. */
@NullMarked
package io.github.vertexj.tensor;

import org.jspecify.annotations.NullMarked;
