package io.github.vertexj.formats;

import static io.github.vertexj.formats.Formats.NPY;
import static io.github.vertexj.formats.Formats.TYPE;
import static io.github.vertexj.formats.Formats.bytes;
import static io.github.vertexj.formats.Formats.read;
import static io.github.vertexj.formats.Formats.refusal;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.json.BadBodyException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that numpy has written (by src/test/python/make_npy.py), and such as it never would. */
final class NpyFormatTest {
  private static final Map<String, String> HEADERS = Map.of(TYPE, NPY);
  private static final InstanceReader<Tensor> FLOATS = InstanceReader.of(Tensor.class);
  private static final InstanceReader<Tensors> ANY_GROUP = InstanceReader.of(Tensors.class);
  private static final String GOOD = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";

  @ParameterizedTest
  @EnumSource
  void numpysFile_anyTypeOfOurs_isReadAndWrittenByteByByte(TensorType type) throws IOException {
    byte[] file = file(type.toString());
    Exchange<Tensor, Object> exchange =
        read(InstanceReader.tensor(TensorSpec.of(type)), HEADERS, file);

    List<Tensor> rows = List.copyOf(exchange.request().instances());
    assertThat(rows).extracting(Tensor::shape).containsOnly(Shape.of(2)).hasSize(3);
    for (int i = 0; i < 6; i++) {
      assertThat(rows.get(i / 2).number(i % 2)).isEqualTo(type == TensorType.BOOL ? i % 2 : i);
    }
    assertThat(exchange.request().parameters().present()).isFalse();
    WrittenReply reply = exchange.write(List.copyOf(rows), null);
    assertThat(reply.mediaType()).isEqualTo(NPY);
    assertThat(bytes(reply)).isEqualTo(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"version2", "version3"})
  void numpysFile_laterVersion_isRead(String name) throws IOException {
    List<Tensor> rows = read(FLOATS, HEADERS, file(name)).request().instances();
    assertThat(rows).extracting(row -> row.number(1)).containsExactly(1.0, 3.0, 5.0);
  }

  @Test
  void numpysFile_vector_isARowOfScalars() throws IOException {
    Exchange<Tensor, Object> exchange = read(FLOATS, HEADERS, file("vector"));

    assertThat(exchange.request().instances()).extracting(Tensor::shape).containsOnly(Shape.SCALAR);
    assertThat(bytes(exchange.write(List.copyOf(exchange.request().instances()), null)))
        .isEqualTo(file("vector"));
  }

  @Test
  void numpysFile_notFinite_goesInAndOut() throws IOException {
    Exchange<Tensor, Object> exchange = read(FLOATS, HEADERS, file("special"));
    assertThat(bytes(exchange.write(List.copyOf(exchange.request().instances()), null)))
        .isEqualTo(file("special"));
  }

  @Test
  void C3_6_noRows_areNoInstances_andAnEmptyArrayComesBack() throws IOException {
    Exchange<Tensor, Object> exchange = read(FLOATS, HEADERS, file("empty"));

    assertThat(exchange.request().instances()).isEmpty();
    assertThat(new String(bytes(exchange.write(List.of(), null)), ISO_8859_1))
        .contains("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }");
  }

  @Test
  void numpysFile_ofFloat16_isReadAsFloat32() throws IOException {
    List<Tensor> rows = read(FLOATS, HEADERS, file("float16")).request().instances();

    assertThat(rows.get(0).type()).isEqualTo(TensorType.FLOAT32);
    List<Tensor> same = read(FLOATS, HEADERS, file("float32")).request().instances();
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i).toFloats()).containsExactly(same.get(i).toFloats(), within(1e-3f));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0x3C00, 1",
    "0xC000, -2",
    "0x7BFF, 65504",
    "0x0001, 5.9604645E-8",
    "0x8000, -0.0",
    "0x7C00, Infinity",
    "0x3555, 0.33325195",
  })
  void half_everyKind_isItsFloat32(String bits, float expected) {
    assertThat(HalfFloats.widened((short) (int) Integer.decode(bits))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "fortran # arrays in Fortran order are not taken; save what np.ascontiguousarray makes of"
            + " it, at byte 44",
        "bigendian # big-endian arrays are not taken; taken are <f2, <f4, <f8, <i4, <i8, |u1, |b1",
        "uint16 # this type of elements is not taken",
        "complex # this type of elements is not taken",
        "text # this type of elements is not taken",
        "object # this type of elements is not taken",
        "structured # structured arrays are not taken",
        "int64 # the type float32 is wanted and int64 was given",
        "scalar # the first dimension is the batch, and this shape has none",
      })
  void numpysFile_ofOtherArrays_isRefused(String name, String fault) throws IOException {
    assertThat(refusal(FLOATS, HEADERS, file(name))).startsWith(fault);
  }

  @Test
  void group_takesTheOnlyTensor_unlessThereAreSeveral() throws IOException {
    assertThat(read(ANY_GROUP, HEADERS, file("uint8")).request().instances())
        .extracting(Tensors::form)
        .containsOnly(Tensors.Form.SINGLE)
        .hasSize(3);
    InstanceReader<Tensors> two =
        InstanceReader.tensors(
            List.of(
                TensorSpec.of(TensorType.FLOAT32).named("a"),
                TensorSpec.of(TensorType.FLOAT32).named("b")));
    assertThat(refusal(two, HEADERS, file("float32")))
        .startsWith("the model takes several tensors, and a .npy file holds one, at byte 0");
  }

  @Test
  void predictions_ofOneTensor_areWritten_ofSeveralRefused() throws IOException {
    Exchange<Tensor, Object> exchange = read(FLOATS, HEADERS, file("float32"));
    Tensor one = Tensor.of(new long[] {7}, 1);

    Tensors named = Tensors.named(Map.of("p", one));
    assertThat(bytes(exchange.write(List.of(named, named), null))).hasSize(128 + 16);
    assertThatThrownBy(() -> exchange.write(List.of(Tensors.ordered(List.of(one, one))), null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("the model answers with several tensors, output_0, output_1, and");
  }

  @Test
  void predictions_thatAreNoTensors_areWrittenInAnEnvelope() throws IOException {
    Exchange<Tensor, Object> exchange = read(FLOATS, HEADERS, file("float32"));
    assertThat(Formats.text(exchange.write(List.of("cat", Map.of("p", 1)), "meta")))
        .isEqualTo("{\"predictions\":[\"cat\",{\"p\":1}],\"metadata\":\"meta\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GOOD,
        "{\"descr\":\"<f4\",\"fortran_order\":False,\"shape\":(1,2,)}",
        "  {'shape' : ( 1 , 2 ) , 'fortran_order' : False , 'descr' : '<f4' }  \n",
        "{'descr': '<f4', 'fortran_order': False,\n'shape': (1, 2)}",
      })
  void header_asPythonMayWriteIt_isRead(String literal) {
    Tensor only = read(FLOATS, HEADERS, npy(1, literal, 8)).request().instances().get(0);
    assertThat(only.shape()).isEqualTo(Shape.of(2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{'descr': '<f4', 'shape': (1, 2)}",
        "{'fortran_order': False, 'shape': (1, 2)}",
        "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), 'more': 1}",
        "('descr', 'fortran_order', 'shape')",
        "{'descr': 4, 'fortran_order': False, 'shape': (1, 2)}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1, 2)}",
        "{'descr': '<f4', 'fortran_order': 'False', 'shape': (1, 2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': 2}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': '(1, 2)'}",
      })
  void header_withOtherEntries_isRefused(String literal) {
    assertThat(refusal(FLOATS, HEADERS, npy(1, literal, 8)))
        .isEqualTo(
            "the header must have descr, fortran_order and shape, each once, and nothing else, at"
                + " byte 10");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "} # ",
        "{ # ",
        "{ # {{",
        "'fortran_order' # 'descr': '<f4', 'fortran_order'",
        "'<f4', # '<f4'",
        "'<f4', # '<f4',,",
        "'descr': # 'descr'",
        "'descr' # descr",
        "'<f4' # f4",
        "'<f4' # '<f4",
        "'<f4' # '<f4\"",
        "'<f4' # '<f\\u0034'",
        "False # false",
        "False # Fals",
        "False # FalseFalse",
        "(1, 2) # [1, 2]",
        "(1, 2) # {1, 2}",
        "(1, 2) # (2)",
        "(1, 2) # (1 2)",
        "(1, 2) # (,)",
        "(1, 2) # (1,,2)",
        "(1, 2) # (-1, 2)",
        "(1, 2) # (01, 2)",
        "(1, 2) # (1L, 2)",
        "(1, 2) # (1.0, 2)",
        "(1, 2) # (1_0, 2)",
        "(1, 2) # (1, 2",
        "(1, 2) # (1,",
        "(1, 2) # __import__('os')",
      })
  void header_thatIsNoSuchDictionary_isRefused(String part, @Nullable String instead) {
    String literal = GOOD.replace(part, instead == null ? "" : instead);
    assertThat(literal).isNotEqualTo(GOOD);
    assertThat(refusal(FLOATS, HEADERS, npy(1, literal, 8)))
        .isEqualTo("the header is no dictionary as numpy writes it, at byte 10");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "(2147483648,) # a size is a whole number from 0 to 2^31 - 1, at byte 60",
        "(99999999999999999999999999,) # a size is a whole number from 0 to 2^31 - 1, at byte 60",
        "(65536, 65536) # a tensor has at most 2^31 - 1 elements",
        "((1, 2), 3) # a size is a whole number from 0 to 2^31 - 1, at byte 60",
        "('1', 2) # a size is a whole number from 0 to 2^31 - 1, at byte 60",
        "(True, 2) # a size is a whole number from 0 to 2^31 - 1, at byte 60",
      })
  void header_ofAnotherShape_isRefused(String shape, String fault) {
    assertThat(refusal(FLOATS, HEADERS, npy(1, GOOD.replace("(1, 2)", shape), 8)))
        .startsWith(fault);
  }

  @Test
  void header_asLongAsTheBody_isRefusedWithoutHarm() {
    String many = "(" + "1, ".repeat(300_000) + ")";
    assertThat(refusal(FLOATS, HEADERS, npy(2, GOOD.replace("(1, 2)", many), 8)))
        .startsWith("an array has at most 100 dimensions");
    assertThat(refusal(FLOATS, HEADERS, npy(2, "(".repeat(1_000_000), 8)))
        .startsWith("the header is no dictionary as numpy writes it");
    assertThat(refusal(FLOATS, HEADERS, npy(2, "{'descr': '" + "x".repeat(1_000_000), 8)))
        .startsWith("the header is no dictionary as numpy writes it");
  }

  @Test
  void header_somethingBehindIt_orTooManyDimensions_isRefused() {
    assertThat(refusal(FLOATS, HEADERS, npy(1, GOOD + " + 1", 8)))
        .startsWith("the header is no dictionary as numpy writes it");
    assertThat(
            refusal(
                FLOATS, HEADERS, npy(1, GOOD.replace("(1, 2)", "(" + "1, ".repeat(101) + ")"), 4)))
        .startsWith("an array has at most 100 dimensions");
  }

  @ParameterizedTest
  @CsvSource({"0, 8, 0", "7, 8, 1", "9, 8, 2", "4, 8, 3"})
  void elements_moreOrFewerThanTheShapes_areRefused(int length) {
    assertThat(refusal(FLOATS, HEADERS, npy(1, GOOD, length)))
        .isEqualTo(
            "float32[1, 2] has 8 bytes, and "
                + length
                + " follow the header, at byte "
                + (10 + GOOD.length()));
  }

  @Test
  void prefix_wrong_isRefused() {
    byte[] good = npy(1, GOOD, 8);
    for (int length = 0; length < 12; length++) {
      assertThat(refusal(FLOATS, HEADERS, Arrays.copyOf(good, length)))
          .startsWith("this is no .npy file, at byte 0");
    }
    for (int length = 12; length < good.length; length++) {
      assertThat(refusal(FLOATS, HEADERS, Arrays.copyOf(good, length))).isNotEmpty();
    }
    assertThat(refusal(FLOATS, HEADERS, "PK\3\4 and so on, a zip".getBytes(ISO_8859_1)))
        .startsWith("this is no .npy file");
    for (int version : new int[] {0, 4, 255}) {
      assertThat(refusal(FLOATS, HEADERS, npy(version, GOOD, 8)))
          .startsWith("only the versions 1.0, 2.0 and 3.0 of .npy are taken, at byte 6");
    }
    for (int version : new int[] {1, 2, 3}) {
      byte[] beyond = npy(version, GOOD, 8);
      Arrays.fill(beyond, 8, version == 1 ? 10 : 12, (byte) 0xFF);
      assertThat(refusal(FLOATS, HEADERS, beyond))
          .startsWith("the header is said to be longer than the file, at byte 8");
    }
  }

  @Test
  void bool_otherThanZeroAndOne_isRefused() {
    InstanceReader<Tensor> bools = InstanceReader.tensor(TensorSpec.of(TensorType.BOOL));
    byte[] file = npy(1, GOOD.replace("<f4", "|b1"), 2);
    file[file.length - 1] = 2;
    assertThat(refusal(bools, HEADERS, file)).startsWith("a bool is a byte of 0 or 1, at byte");
  }

  @Test
  void fuzz_ofHeaders_isTakenOrRefused() throws IOException {
    Random random = new Random(5);
    byte[] file = file("float32");
    int taken = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] mutant = file.clone();
      for (int change = random.nextInt(3); change > 0; change--) {
        mutant[random.nextInt(128)] =
            (byte)
                (random.nextBoolean()
                    ? random.nextInt(256)
                    : "{}()',: 0123FT".charAt(random.nextInt(14)));
      }
      try {
        read(FLOATS, HEADERS, mutant).request().close();
        taken++;
      } catch (BadBodyException refused) {
        assertThat(refused).hasMessageContaining(", at byte ");
      }
    }
    assertThat(taken).isBetween(5_000, 19_000);
  }

  private static byte[] npy(int version, String literal, int elementBytes) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("\u0093NUMPY".getBytes(ISO_8859_1));
    file.write(version);
    file.write(0);
    byte[] length =
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(literal.length()).array();
    file.write(length, 0, version == 1 ? 2 : 4);
    file.writeBytes(literal.getBytes(ISO_8859_1));
    file.writeBytes(new byte[elementBytes]);
    return file.toByteArray();
  }

  private static byte[] file(String name) throws IOException {
    try (InputStream in = NpyFormatTest.class.getResourceAsStream("/npy/" + name + ".npy")) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
