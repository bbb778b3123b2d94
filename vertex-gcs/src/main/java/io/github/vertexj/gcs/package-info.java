/** Model files from Cloud Storage: the artifact store of {@code gs://} URIs. */
@NullMarked
package io.github.vertexj.gcs;

import org.jspecify.annotations.NullMarked;
