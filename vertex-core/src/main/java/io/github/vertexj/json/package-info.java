/** JSON: bytes, numbers, strings, and the places in a document that errors name. */
@NullMarked
package io.github.vertexj.json;

import org.jspecify.annotations.NullMarked;
