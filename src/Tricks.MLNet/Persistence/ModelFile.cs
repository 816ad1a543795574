using Microsoft.ML;
namespace Tricks.MLNet.Persistence;
internal static class ModelFile { public static void Save(ModelSaveContext ctx, ImageScoringTransformer t) => throw new NotImplementedException(); }
