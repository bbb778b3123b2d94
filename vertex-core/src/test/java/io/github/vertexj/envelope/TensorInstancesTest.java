package io.github.vertexj.envelope;

import static io.github.vertexj.envelope.Envelopes.bytes;
import static io.github.vertexj.envelope.Envelopes.read;
import static io.github.vertexj.envelope.Envelopes.readOne;
import static io.github.vertexj.envelope.Envelopes.refusal;
import static io.github.vertexj.envelope.Envelopes.refusalOfSecond;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.json.BytePool;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class TensorInstancesTest {
  private static final InstanceReader<Tensor> FLOATS = InstanceReader.of(Tensor.class);
  private static final InstanceReader<Tensor> TWO_BY_TWO =
      InstanceReader.tensor(TensorSpec.of(TensorType.FLOAT32, 2, 2));
  private static final InstanceReader<Tensors> ANY_GROUP = InstanceReader.of(Tensors.class);
  private static final InstanceReader<Tensors> IDS_AND_MASK =
      InstanceReader.tensors(
          List.of(
              TensorSpec.of(TensorType.INT64, Shape.ANY).named("ids"),
              TensorSpec.of(TensorType.BOOL, Shape.ANY).named("mask")));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | []",
        "[7] | [1]",
        "[1,2,3] | [3]",
        "[[1,2,3],[4,5,6]] | [2, 3]",
        "[[[1],[2]],[[3],[4]],[[5],[6]]] | [3, 2, 1]",
        " [ [ 1 , 2 ] , [ 3 , 4 ] ] | [2, 2]",
        "[[[[[[1]]]]]] | [1, 1, 1, 1, 1, 1]",
        "[] | [0]",
        "[[],[]] | [2, 0]",
        "[[[],[]],[[],[]],[[],[]]] | [3, 2, 0]",
      })
  void numbers_nestedToAnyRank_haveTheirShape(String instance, String shape) {
    Tensor tensor = readOne(FLOATS, instance);

    assertThat(tensor.shape()).hasToString(shape);
    for (int i = 0; i < tensor.elements(); i++) {
      assertThat(tensor.number(i)).isEqualTo(tensor.elements() == 1 ? tensor.number(0) : i + 1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1,[2]] | a number is wanted | [1]",
        "[[1],2] | an array is wanted here, as there is one beside it | [1]",
        "[[1,2],[3]] | this array has 1 elements where others have 2 | [1]",
        "[[1,2],[]] | this array has 0 elements where others have 2 | [1]",
        "[[1,2],[3,4,5]] | this element is one too many: beside it arrays have 2 | [1][2]",
        "[[1,2],[3,[4]]] | a number is wanted | [1][1]",
        "[[1,2],[[3],4]] | a number is wanted here, as there is one beside it | [1][0]",
        "[[[1],[2]],[[3]]] | this array has 1 elements where others have 2 | [1]",
        "[[[1],[2]],[[3],[4],[5]]] | this element is one too many: beside it arrays have 2 |"
            + " [1][2]",
        "[[],[1]] | this element is one too many: beside it arrays have 0 | [1][0]",
        "[[],1] | an array is wanted here, as there is one beside it | [1]",
        "[[],[[]]] | this element is one too many: beside it arrays have 0 | [1][0]",
        "[1,null] | a number is wanted | [1]",
        "[1,true] | a number is wanted | [1]",
        "[1,'2'] | a number is wanted | [1]",
        "[1,{}] | a number is wanted | [1]",
        "null | a number is wanted | ''",
        "\"x\" | a number is wanted | ''",
        "true | a number is wanted | ''",
      })
  void numbers_raggedOrNone_areRefusedAtTheFirstThatBreaksTheShape(
      String instance, String fault, String path) {
    assertThat(refusalOfSecond(FLOATS, "[[9]]", instance))
        .startsWith(fault + ", at $.instances[1]" + path + ", byte ");
  }

  @Test
  void refusal_byteOffset_pointsAtTheElement() {
    assertThat(refusal(FLOATS, "{'instances':[[1,2],[3,'four']]}"))
        .isEqualTo("a number is wanted, at $.instances[1][1], byte 23");
    assertThat(refusal(FLOATS, "{'instances':[[1, 2],[3, 1e39]]}"))
        .isEqualTo("this number is beyond what float32 can hold, at $.instances[1][1], byte 25");
  }

  @Test
  void float32_values_areTheNearestAndKeepTheSignOfZero() {
    assertThat(readOne(FLOATS, "[0.1,-0,1e-46,3.4028235e38,16777217]").toFloats())
        .containsExactly(0.1f, -0f, 0f, Float.MAX_VALUE, 16777216f);
  }

  @Test
  void float64_values_areTheNearestAndBeyondIsRefused() {
    InstanceReader<Tensor> doubles = InstanceReader.tensor(TensorSpec.of(TensorType.FLOAT64));
    Tensor tensor = readOne(doubles, "[0.1,5e-324,1e300]");

    assertThat(tensor.number(0)).isEqualTo(0.1);
    assertThat(tensor.number(1)).isEqualTo(Double.MIN_VALUE);
    assertThat(tensor.number(2)).isEqualTo(1e300);
    assertThat(refusalOfSecond(doubles, "1", "-1e309"))
        .startsWith("this number is beyond what float64 can hold, at $.instances[1], byte");
  }

  @ParameterizedTest
  @CsvSource({
    "INT32, -2147483648, 2147483647",
    "INT64, -9223372036854775808, 9223372036854775807",
    "UINT8, 0, 255",
    "BOOL, 0, 1"
  })
  void C3_8_integers_mayBeWrittenWithPointAndExponent(TensorType type, long least, long most) {
    InstanceReader<Tensor> integers = InstanceReader.tensor(TensorSpec.of(type));
    Tensor tensor = readOne(integers, "[" + least + "," + most + ",1.0,10e-1,-0.0]");

    assertThat(tensor.integer(0)).isEqualTo(least);
    assertThat(tensor.integer(1)).isEqualTo(most);
    assertThat(tensor.integer(2)).isEqualTo(1);
    assertThat(tensor.integer(3)).isEqualTo(1);
    assertThat(tensor.integer(4)).isZero();
    for (String wrong : List.of("0.5", "1e30", "-9223372036854775809", "256.5")) {
      assertThat(refusalOfSecond(integers, "0", wrong))
          .startsWith(
              "a whole number from " + least + " to " + most + " is wanted, at $.instances[1]");
    }
  }

  @Test
  void bool_values_areTrueFalseOneOrZero() {
    InstanceReader<Tensor> bools = InstanceReader.tensor(TensorSpec.of(TensorType.BOOL));
    Tensor tensor = readOne(bools, "[true,false,1,0,1.0]");

    assertThat(tensor.bytes().array()).startsWith(1, 0, 1, 0, 1);
    assertThat(readOne(bools, "true").integer(0)).isEqualTo(1);
    assertThat(refusalOfSecond(bools, "true", "[true,'yes']"))
        .startsWith("true or false is wanted, at $.instances[1][1]");
    assertThat(refusalOfSecond(bools, "true", "tru")).startsWith("the body is not JSON");
  }

  @Test
  void shape_specified_isHeldAgainstTheInstance() {
    assertThat(readOne(TWO_BY_TWO, "[[1,2],[3,4]]").shape()).isEqualTo(Shape.of(2, 2));
    assertThat(refusalOfSecond(TWO_BY_TWO, "[[1,2],[3,4]]", "[[1,2,3],[4,5,6]]"))
        .startsWith("the shape [2, 2] is wanted and [2, 3] was found, at $.instances[1], byte");
    assertThat(refusalOfSecond(TWO_BY_TWO, "[[1,2],[3,4]]", "7"))
        .startsWith("the shape [2, 2] is wanted and [] was found");
    InstanceReader<Tensor> open =
        InstanceReader.tensor(TensorSpec.of(TensorType.FLOAT32, Shape.ANY, 2));
    assertThat(readOne(open, "[[1,2],[3,4],[5,6]]").shape()).isEqualTo(Shape.of(3, 2));
    assertThat(refusalOfSecond(open, "[[1,2]]", "[1,2]"))
        .startsWith("the shape [*, 2] is wanted and [2] was found");
  }

  @Test
  void flatNumbers_whereTheShapeIsFixed_takeTheShape() {
    assertThat(readOne(TWO_BY_TWO, "[1,2,3,4]").shape()).isEqualTo(Shape.of(2, 2));
    assertThat(refusalOfSecond(TWO_BY_TWO, "[1,2,3,4]", "[1,2,3]"))
        .startsWith("the shape [2, 2] is wanted and [3] was found");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'shape':[2,2],'data':[1,2,3,4]}",
        "{'data':[1,2,3,4],'shape':[2.0,2]}",
        "{'data':[[1,2],[3,4]]}",
        "{'shape':[2,2],'data':[[1,2],[3,4]],'datatype':'float32'}",
        "{'datatype':'FP32','data':[1,2,3,4],'shape':[2,2]}",
        "{'d\\u0061ta':[1,2,3,4]}",
        "{'shape':[2,2],'data':{'b64':'AACAPwAAAEAAAEBAAACAQA=='}}",
        "{'data': { 'b64' : 'AACAPwAAAEAAAEBAAACAQA' } }",
        "{'b64':'AACAPwAAAEAAAEBAAACAQA'}",
        "{'b64':'AACAPwAAAEAA\\r\\nAEBAAACAQA==\\n'}",
      })
  void objectForm_anyOrder_isTheTensor(String instance) {
    Tensor tensor = readOne(TWO_BY_TWO, instance);

    assertThat(tensor.shape()).isEqualTo(Shape.of(2, 2));
    assertThat(tensor.toFloats()).containsExactly(1, 2, 3, 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | a tensor is numbers in arrays, or an object of | ''",
        "{'shape':[2,2]} | a tensor is numbers in arrays, or an object of | ''",
        "{'data':[1,2,3,4],'more':1} | a tensor is numbers in arrays, or an object of | ''",
        "{'b64':'AACAPw','shape':[1]} | a tensor is numbers in arrays, or an object of | ''",
        "{'data':[1],'data':[1]} | the field data occurs twice | ''",
        "{'shape':[2,2],'data':[1,2,3]} | the shape is said to be [2, 2] and numbers came as [3] |"
            + " .data",
        "{'shape':[4,1],'data':[1,2,3,4]} | the shape [2, 2] is wanted and [4, 1] was found | ''",
        "{'shape':[2,-2],'data':[]} | a size is a whole number from 0 on | .shape",
        "{'shape':[2,1.5],'data':[]} | a size is a whole number from 0 on | .shape",
        "{'shape':['2'],'data':[]} | a size is a whole number from 0 on | .shape",
        "{'shape':4,'data':[]} | an array of sizes is wanted | .shape",
        "{'shape':[100000,100000,0],'data':[]} | a tensor has at most 2^31 - 1 elements | .shape",
        "{'datatype':'int32','data':[]} | the type float32 is wanted | .datatype",
        "{'datatype':'FP16','data':[]} | unknown tensor type; known are float32, | .datatype",
        "{'datatype':1,'data':[]} | the name of a type is wanted | .datatype",
        "{'data':'AACAPw'} | a number is wanted | .data",
        "{'data':[1,[2]]} | a number is wanted | .data[1]",
        "{'data':{'b64':'AACAPw'}} | 4 bytes do not fill float32[2, 2] | .data",
        "{'data':{'b64':'AACAP*'}} | this text is not base64 | .data",
        "{'data':{'b64':5}} | base64 text is wanted | .data",
        "{'data':{'b64':'','x':1}} | 0 bytes do not fill float32[2, 2] | .data",
        "{'data':{'x':1}} | numbers or an object of b64 alone are wanted | .data",
        "{'data':{}} | numbers or an object of b64 alone are wanted | .data",
        "{'b64':'AACAPw'} | 4 bytes do not fill float32[2, 2] | .b64",
      })
  void objectForm_wrong_isRefusedAtTheField(String instance, String fault, String path) {
    assertThat(refusalOfSecond(TWO_BY_TWO, "[1,2,3,4]", instance))
        .startsWith(fault)
        .contains(", at $.instances[1]" + path + ", byte ");
  }

  @Test
  void binary_withoutAnyShape_isRefused() {
    assertThat(refusalOfSecond(FLOATS, "1", "{'b64':'AACAPw'}"))
        .startsWith("a shape is wanted beside base64, at $.instances[1].b64");
    assertThat(readOne(FLOATS, "{'data':{'b64':'AACAPw'},'shape':[1,1]}").shape())
        .isEqualTo(Shape.of(1, 1));
  }

  @ParameterizedTest
  @EnumSource
  void binary_anyType_isLittleEndian(TensorType type) {
    InstanceReader<Tensor> one = InstanceReader.tensor(TensorSpec.of(type, 1));
    byte[] element = new byte[type.bytes()];
    element[0] = 1;
    String base64 = Base64.getEncoder().encodeToString(element);

    assertThat(readOne(one, "{'b64':'" + base64 + "'}").bytes().array()).startsWith(element);
  }

  @Test
  void binary_boolOtherThanZeroAndOne_isRefused() {
    InstanceReader<Tensor> bools = InstanceReader.tensor(TensorSpec.of(TensorType.BOOL, 2));

    assertThat(readOne(bools, "{'b64':'AQA='}").integer(0)).isEqualTo(1);
    assertThat(refusalOfSecond(bools, "[1,0]", "{'b64':'AQI='}"))
        .startsWith("a bool is a byte of 0 or 1, at $.instances[1].b64");
  }

  @Test
  void C3_9_namedTensors_anyOrder_comeInTheSpecifiedOne() {
    PredictRequest<Tensors> request =
        read(
            IDS_AND_MASK,
            "{'instances':[{'ids':[1,2.0],'mask':[true,false]},"
                + "{'mask':{'data':[1]},'\\u0069ds':{'datatype':'INT64','data':[7]}}]}");

    assertThat(request.instances()).extracting(Tensors::names).containsOnly(List.of("ids", "mask"));
    Tensors second = request.instances().get(1);
    assertThat(second.get("ids").integer(0)).isEqualTo(7);
    assertThat(second.get("mask").type()).isEqualTo(TensorType.BOOL);
    assertThat(second.get("mask").integer(0)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'ids':[1]} | the tensor mask is missing | ''",
        "{} | the tensor ids is missing | ''",
        "{'ids':[1],'mask':[1],'type':[0]} | this name is not among the tensors wanted: ids, mask |"
            + " .type",
        "{'ids':[1],'mask':[1],'a b':[0]} | this name is not among the tensors wanted: ids, mask |"
            + " .*",
        "{'ids':[1],'mask':[1],'ids':[1]} | this tensor occurs twice | .ids",
        "{'ids':[1.5],'mask':[1]} | a whole number from | .ids[0]",
        "{'ids':[[1]],'mask':[1]} | the shape [*] is wanted and [1, 1] was found | .ids",
        "[1,2] | an object of the tensors ids, mask is wanted | ''",
        "7 | an object of the tensors ids, mask is wanted | ''",
      })
  void namedTensors_wrong_areRefusedByName(String instance, String fault, String path) {
    assertThat(refusalOfSecond(IDS_AND_MASK, "{'ids':[1],'mask':[1]}", instance))
        .startsWith(fault)
        .contains(", at $.instances[1]" + path + ", byte ");
  }

  @Test
  void group_withoutSpecification_takesAnyNamesInTheirOrder() {
    Tensors tensors = readOne(ANY_GROUP, "{'x':[1],'data':2,'a':{'data':[3],'datatype':'INT32'}}");

    assertThat(tensors.form()).isEqualTo(Tensors.Form.NAMED);
    assertThat(tensors.names()).containsExactly("a", "data", "x");
    assertThat(tensors.get("a").type()).isEqualTo(TensorType.INT32);
    assertThat(tensors.get("x").type()).isEqualTo(TensorType.FLOAT32);
    assertThat(refusalOfSecond(ANY_GROUP, "1", "{}")).startsWith("at least one tensor is wanted");
    assertThat(refusalOfSecond(ANY_GROUP, "1", "{'a':1,'a':2}"))
        .startsWith("this tensor occurs twice, at $.instances[1].a");
    assertThat(refusalOfSecond(ANY_GROUP, "1", "{'a':1,'b':'x'}"))
        .startsWith("a number is wanted, at $.instances[1].b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | []",
        "[[1,2]] | [1, 2]",
        "{'data':[1,2]} | [2]",
        "{'datatype':'UINT8','shape':[2,1],'data':{'b64':'AQI'}} | [2, 1]",
      })
  void group_bareTensor_isASingleOne(String instance, String shape) {
    Tensors tensors = readOne(ANY_GROUP, instance);

    assertThat(tensors.form()).isEqualTo(Tensors.Form.SINGLE);
    assertThat(tensors.get(0).shape()).hasToString(shape);
  }

  @Test
  void group_oneSpecification_isBareOrNamed() {
    InstanceReader<Tensors> image =
        InstanceReader.tensors(List.of(TensorSpec.of(TensorType.UINT8, 2).named("image")));

    assertThat(readOne(image, "[1,2]").form()).isEqualTo(Tensors.Form.SINGLE);
    assertThat(readOne(image, "{'b64':'AQI='}").form()).isEqualTo(Tensors.Form.SINGLE);
    assertThat(readOne(image, "{'image':[1,2]}").names()).containsExactly("image");
    assertThat(readOne(image, "{'image':{'b64':'AQI='}}").get("image").integer(1)).isEqualTo(2);
    assertThat(refusalOfSecond(image, "[1,2]", "{'picture':[1,2]}"))
        .startsWith("this name is not among the tensors wanted: image");
  }

  @Test
  void group_tensorNamedLikeAField_isThatTensor() {
    InstanceReader<Tensors> named =
        InstanceReader.tensors(List.of(TensorSpec.of(TensorType.FLOAT32).named("data")));

    assertThat(readOne(named, "{'data':[[1,2]]}").names()).containsExactly("data");
    assertThat(readOne(named, "{'data':[[1,2]]}").get("data").shape()).isEqualTo(Shape.of(1, 2));
  }

  @Test
  void memory_ofManyTensors_isOneArrayOneBehindTheOther() {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      rows.add("[" + i + "," + -i + "]"); // so dense that the memory must grow
    }
    List<Tensor> tensors =
        read(FLOATS, "{'instances':[" + String.join(",", rows) + "]}").instances();

    for (int i = 0; i < 5_000; i++) {
      assertThat(tensors.get(i).toFloats()).containsExactly(i, -i);
    }
    assertThat(tensors)
        .extracting(Tensor::shape)
        .allMatch(shape -> shape == tensors.get(0).shape());
    tensors.get(0).bytes().putFloat(4, 9);
    assertThat(tensors.get(0).number(1)).isEqualTo(9);
  }

  @Test
  void close_twice_givesTheMemoryBackOnce() {
    BytePool pool = BytePool.of(1 << 20);
    byte[] body = bytes("{'instances':[[1,2,3]]}");
    EnvelopeReader<Tensor> reader = EnvelopeReader.of(FLOATS, EnvelopeRules.DEFAULT, pool);
    PredictRequest<Tensor> request = reader.read(body, 0, body.length);
    assertThat(pool.pooledBytes()).isZero();
    request.close();
    request.close();

    assertThat(pool.pooledBytes()).isEqualTo(1024);
    reader.read(body, 0, body.length);
    assertThat(pool.pooledBytes()).isZero();
  }
}
