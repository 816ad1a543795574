using Tricks.MLNet.Images;
using Tricks.MLNet.Interop;
using Tricks.Torch.Data;
using Tricks.Torch.Scoring;
using Tricks.Torch.Transforms;

namespace Tricks.MLNet.Scoring;

/// <summary>Raw images in, probabilities out: decoding, the policy for unreadable images, one forward per call.</summary>
/// <remarks>Safe for several threads at once.</remarks>
internal sealed class ImageScorer(ImageClassifier classifier, UnreadableImagePolicy policy, HostLog log)
{
    private readonly ImageDecoder _decoder = new();

    /// <summary>Number of classes.</summary>
    public int Classes => classifier.Classes;

    /// <summary>The probability of each class for each image.</summary>
    /// <param name="images">At least one.</param>
    /// <returns>(images, classes), row by row; NaN for a skipped image.</returns>
    /// <exception cref="ImageDecodingException">An image cannot be used, and the policy is Throw.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public float[] Score(IReadOnlyList<RawImage> images)
    {
        try
        {
            return classifier.Score(images.Count, i => Decode(images[i]));
        }
        catch (ObjectDisposedException)
        {
            throw DisposedModel.Exception();
        }
    }

    private ImagePixels? Decode(RawImage image)
    {
        try
        {
            return image.Decode(_decoder, classifier.Preprocessing.Channels);
        }
        catch (ImageDecodingException e) when (policy == UnreadableImagePolicy.Skip)
        {
            log.Warning("Scoring", $"Skipped: {e.Message}");
            return null;
        }
    }
}
