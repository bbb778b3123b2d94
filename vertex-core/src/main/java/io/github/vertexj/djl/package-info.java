/** TorchScript models served through DJL's PyTorch engine, with its native code fenced in. */
@NullMarked
package io.github.vertexj.djl;

import org.jspecify.annotations.NullMarked;
