using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;
using Tricks.MLNet;
using Tricks.Torch.Data;
using Tricks.Torch.Runtime;
using Tricks.Torch.Transforms;

namespace Tricks.Benchmarks;

/// <summary>Ways from the paths of images to the probabilities of their classes.</summary>
internal static class Ways
{
    private const int BatchSize = 16;

    public static Func<string[], float[][]> Of(string way, Work work) => way switch
    {
        "tricks-float32" => Tricks(work, Precision.Float32),
        "tricks-bfloat16" => Tricks(work, Precision.BFloat16),
        "mlnet-onnx" => ApplyOnnxModel(work),
        "onnx-batched" => BatchedOnnx(work),
        _ => throw new ArgumentException($"WAY is '{way}'; it must be tricks-float32, tricks-bfloat16, mlnet-onnx or onnx-batched."),
    };

    /// <summary>Transform of a saved model, 32 rows a batch (its default).</summary>
    private static Func<string[], float[][]> Tricks(Work work, Precision precision)
    {
        var mlContext = new MLContext();
        var model = mlContext.Model.Load(work.ModelPath, out _);
        var scorer = ImageScoringTransformer.In(model);
        scorer.ScoringPrecision = precision;
        return paths => [.. scorer.Transform(Rows(mlContext, paths)).GetColumn<float[]>("Score")];
    }

    /// <summary>ML.NET's own transforms; the network runs once per row, on as many threads as there are processors.</summary>
    private static Func<string[], float[][]> ApplyOnnxModel(Work work)
    {
        var mlContext = new MLContext();
        var pipeline = mlContext.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(mlContext.Transforms.ResizeImages("Image", work.ImageSize, work.ImageSize, resizing: ImageResizingEstimator.ResizingKind.IsoCrop))
            .Append(mlContext.Transforms.ExtractPixels("input", "Image"))
            .Append(mlContext.Transforms.ApplyOnnxModel(new OnnxOptions
            {
                ModelFile = work.OnnxPath,
                InputColumns = ["input"],
                OutputColumns = ["probabilities"],
                IntraOpNumThreads = Environment.ProcessorCount,
            }));
        var model = pipeline.Fit(Rows(mlContext, []));
        return paths => [.. model.Transform(Rows(mlContext, paths)).GetColumn<float[]>("probabilities")];
    }

    /// <summary>ONNX Runtime at its best: batches, and this library's decoding on all processors.</summary>
    private static Func<string[], float[][]> BatchedOnnx(Work work)
    {
        using var options = new SessionOptions { IntraOpNumThreads = Environment.ProcessorCount };
        var session = new InferenceSession(work.BatchedOnnxPath, options);
        var decoder = new ImageDecoder();
        var size = work.ImageSize;
        var transform = new EvaluationTransform(Preprocessing.ImageNet(size) with { Mean = [0, 0, 0], StandardDeviation = [1, 1, 1] });
        return paths =>
        {
            var scores = new List<float[]>();
            foreach (var batch in paths.Chunk(BatchSize))
            {
                var length = size * size * 3;
                var values = new float[batch.Length * length];
                Parallel.For(0, batch.Length, i =>
                    transform.Apply(ImageFiles.Read(batch[i], 3, decoder), values.AsSpan(i * length, length)));
                using var outputs = session.Run([NamedOnnxValue.CreateFromTensor("input", new DenseTensor<float>(values, [batch.Length, size, size, 3]))]);
                scores.AddRange(outputs[0].AsEnumerable<float>().Chunk(outputs[0].AsTensor<float>().Dimensions[1]));
            }

            return [.. scores];
        };
    }

    private static IDataView Rows(MLContext mlContext, string[] paths) =>
        mlContext.Data.LoadFromEnumerable(paths.Select(path => new Row { ImagePath = path }).ToList());

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";
    }
}
