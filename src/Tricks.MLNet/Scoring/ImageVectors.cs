using Tricks.Torch.Scoring;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Scoring;

/// <summary>What a network makes of an image: probabilities or features.</summary>
/// <param name="Length">Length of the vector.</param>
/// <param name="Of">A number of images, decoded on demand from several threads, to (images, Length), row by row; NaN where there is no image.</param>
/// <param name="WhenSkipped">What a row without an image holds, for the log: "Score is NaN".</param>
internal sealed record ImageVectors(int Length, Func<int, Func<int, ImagePixels?>, float[]> Of, string WhenSkipped)
{
    public static ImageVectors Scores(ImageClassifier classifier) =>
        new(classifier.Classes, classifier.Score, "their Score is NaN and their PredictedLabel missing");

    public static ImageVectors Features(ImageClassifier classifier, string column) =>
        new(classifier.FeatureCount, classifier.Features, $"their {column} are NaN");
}
