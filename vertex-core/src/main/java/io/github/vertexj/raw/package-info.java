/** The threads of raw handlers and the streams they write; knows no HTTP, no JSON, no model. */
@NullMarked
package io.github.vertexj.raw;

import org.jspecify.annotations.NullMarked;
