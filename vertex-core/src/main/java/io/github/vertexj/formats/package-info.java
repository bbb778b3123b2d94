/**
 * The formats of a body, and which of them a request is in: the envelope, the Open Inference
 * Protocol, npy.
 */
@NullMarked
package io.github.vertexj.formats;

import org.jspecify.annotations.NullMarked;
