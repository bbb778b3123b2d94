/** ONNX models run by ONNX Runtime: the provider that serves any of them, and those for authors. */
@NullMarked
package io.github.vertexj.onnx;

import org.jspecify.annotations.NullMarked;
