/**
 * From a storage URI to a local model directory; what is not a local path comes through a store.
 */
@NullMarked
package io.github.vertexj.artifact;

import org.jspecify.annotations.NullMarked;
